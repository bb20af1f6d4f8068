// Opens as many watches as it is told on one HTTP/2 connection, says so, and ends when each has told of an event.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
)

func main() {
	url, token, authority := os.Args[1], os.Args[2], os.Args[3]
	count, err := strconv.Atoi(os.Args[4])
	check(err)
	pem, err := os.ReadFile(authority)
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	// One connection, as client-go has it: all of a server's requests go over the first that is open.
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	client := &http.Client{Transport: transport}
	var open, told sync.WaitGroup
	open.Add(count)
	told.Add(count)
	for i := range count {
		go func() {
			defer told.Done()
			request, err := http.NewRequest("GET", url, nil)
			check(err)
			request.Header.Set("Authorization", "Bearer "+token)
			response, err := client.Do(request)
			check(err)
			if response.StatusCode != 200 || response.ProtoMajor != 2 {
				check(fmt.Errorf("watch %d: %s %s", i, response.Proto, response.Status))
			}
			open.Done()
			_, err = bufio.NewReader(response.Body).ReadString('\n')
			check(err)
		}()
	}
	open.Wait()
	fmt.Println("open")
	told.Wait()
	fmt.Println("told")
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
